import * as ERROR_CODES from './error-codes.ts';
import { CisternError } from './errors.ts';

export interface Part {
  /** The part's name, as the subject of a sentence in a message. */
  readonly what: string;
  /** The packages that it needs, with the versions to install. They are optional peer dependencies. */
  readonly packages: Readonly<Record<string, string>>;
  /** Says that the application needs it when it runs, and not only its developers. */
  readonly atRuntime?: true;
}

/** The parts that a process that adds items may need. `parts.ts` has all. */
export const PRODUCER_PARTS = {
  events: { what: '`events: true`', packages: { '@aws-sdk/client-eventbridge': '3' }, atRuntime: true },
  tracedProducer: { what: 'Tracing', packages: { '@opentelemetry/api': '1' }, atRuntime: true },
} as const satisfies Record<string, Part>;

/** The message of Node.js, of its CommonJS loader and of Jest. */
const NOT_FOUND = /Cannot find (?:package|module) '((?:@[^'/]+\/)?[^'/]+)/;

/** Explains, as `orMissing` does, which packages of a part are missing. It serves the parts of a producer alone. */
export const orMissingOfProducer = (name: keyof typeof PRODUCER_PARTS): ((error: unknown) => never) =>
  explainMissing(name, PRODUCER_PARTS[name]);

/** Makes a function that explains an error of an import: which packages of the part are missing. */
export const explainMissing =
  (name: string, part: Part) =>
  (error: unknown): never => {
    const [, missing = ''] = NOT_FOUND.exec(error instanceof Error ? error.message : '') ?? [];
    if (!(missing in part.packages)) throw error;
    throw partMissing(name, part, [missing], error);
  };

/** Returns the command that installs all packages of these parts. Installed ones stay. */
export function installCommandOf(...parts: readonly Part[]): string {
  const packages = Object.assign({}, ...parts.map(part => part.packages)) as Record<string, string>;
  const specs = Object.entries(packages).map(([name, version]) => `${name}@${version}`);
  return `npm install ${parts.some(part => part.atRuntime) ? '' : '--save-dev '}${specs.join(' ')}`;
}

export function partMissing(
  name: string,
  part: Part,
  missing: readonly string[],
  cause?: unknown,
): CisternError {
  const command = installCommandOf(part);
  return new CisternError(
    ERROR_CODES.partMissing,
    `${part.what} needs ${missing.join(', ')}, which cistern does not install by itself. Install what it needs: ${command}`,
    { details: { part: name, missing, command }, ...(cause !== undefined && { cause }) },
  );
}
