import type { Cdk } from './cdk.ts';
import type { Target } from './target.ts';

type Destroyer = Pick<Cdk, 'destroy' | 'destroyCommand'>;

/**
 * Drives a deployment, and destroys it however that has gone: on AWS it would go on costing money. After a failure an
 * emulator that forgets everything by itself is left to that.
 *
 * @throws what `drive` throws, or else what destroying throws
 */
export async function leaveNothing(
  cdk: Destroyer,
  target: Target,
  drive: () => Promise<void>,
): Promise<void> {
  try {
    await drive();
  } catch (failure) {
    if (!target.ephemeral) await cdk.destroy(target).catch(error => console.error(error, remains(cdk)));
    throw failure;
  }
  await cdk.destroy(target).catch(cause => {
    throw new Error(target.ephemeral ? 'It could not be destroyed.' : remains(cdk), { cause });
  });
}

/** What to do about a deployment that may be left behind. */
export const remains = ({ destroyCommand }: Pick<Destroyer, 'destroyCommand'>): string =>
  `What was deployed may still be there. To destroy it, with the same credentials and region:\n  ${destroyCommand}`;
