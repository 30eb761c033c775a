import type { ControlStore, Permits, ThrottleLog } from '#lib/store/ports';
import type { Control } from '#lib/store/records';

const FREE: Control = { paused: false, ingestionPaused: false, since: undefined, drain: undefined };

/** Control records in memory. */
export class MemoryControls implements ControlStore {
  readonly #controls = new Map<string, Control>();
  readonly #looks = new Map<string, number>();
  readonly #throttles = new Map<string, ThrottleLog>();
  readonly #permits = new Map<string, Permits>();

  /** When the ticker looks at drains, by batch. */
  get looks(): ReadonlyMap<string, number> {
    return this.#looks;
  }

  async readControl(batch: string): Promise<Control> {
    return structuredClone(this.#controls.get(batch) ?? FREE);
  }

  async changeControl(
    batch: string,
    change: Partial<Control>,
    { whileDraining, lookAt }: { readonly whileDraining?: string; readonly lookAt?: number } = {},
  ): Promise<Control | undefined> {
    const control = this.#controls.get(batch) ?? FREE;
    const { drain } = control;
    if (whileDraining !== undefined && (drain?.id !== whileDraining || drain.state !== 'draining')) {
      return undefined;
    }
    this.#controls.set(batch, structuredClone({ ...control, ...change }));
    if (lookAt === undefined) this.#looks.delete(batch);
    else this.#looks.set(batch, lookAt);
    return this.readControl(batch);
  }

  async readThrottle(batch: string): Promise<ThrottleLog> {
    return structuredClone(this.#throttles.get(batch) ?? { version: 0, at: [] });
  }

  async writeThrottle(batch: string, seen: number, at: readonly number[]): Promise<boolean> {
    if ((this.#throttles.get(batch)?.version ?? 0) !== seen) return false;
    this.#throttles.set(batch, { version: seen + 1, at: [...at] });
    return true;
  }

  async readPermits(batch: string, part: number): Promise<Permits> {
    return structuredClone(this.#permits.get(`${batch} ${part}`) ?? { version: 0, holders: {} });
  }

  async writePermits(
    batch: string,
    part: number,
    seen: number,
    holders: Permits['holders'],
  ): Promise<boolean> {
    const name = `${batch} ${part}`;
    if ((this.#permits.get(name)?.version ?? 0) !== seen) return false;
    this.#permits.set(name, { version: seen + 1, holders: { ...holders } });
    return true;
  }
}
