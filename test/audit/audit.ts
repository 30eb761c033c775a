import { execFile } from 'node:child_process';

/** What can be said of the advisories that reach what is installed. */
export type Audit =
  | { readonly outcome: 'clean'; readonly packages: number }
  | { readonly outcome: 'vulnerable'; readonly found: readonly Vulnerability[] }
  /** The registry has no advisories to ask for. */
  | { readonly outcome: 'not audited'; readonly reason: string }
  | { readonly outcome: 'failed'; readonly reason: string };

export interface Vulnerability {
  readonly name: string;
  readonly severity: Severity;
  /** Versions that it is in. */
  readonly range: string;
  readonly reaches: 'production' | 'development';
  /** Titles and addresses of the advisories, or the packages that it comes through. */
  readonly via: readonly string[];
}

const SEVERITIES = ['info', 'low', 'moderate', 'high', 'critical'] as const;
type Severity = (typeof SEVERITIES)[number];

/** From which severity on a vulnerability counts: what is deployed is exposed to more than what builds and tests it. */
const COUNTS_FROM = { production: 'moderate', development: 'high' } as const;

/** What a registry answers that has no such endpoint; anything else is a failure, which says nothing either way. */
const NO_ENDPOINT = [404, 405, 410, 501];

/** `npm audit --json`: npm's own answer, or what the registry said instead. */
interface Report {
  readonly vulnerabilities?: Readonly<Record<string, Reported>>;
  readonly metadata?: { readonly dependencies: { readonly total: number } };
  readonly statusCode?: number;
  readonly message?: string;
  readonly error?: { readonly summary?: string };
}

interface Reported {
  readonly name: string;
  readonly severity: Severity;
  readonly range: string;
  readonly via: readonly (string | { readonly title: string; readonly url: string })[];
}

/** Asks npm which advisories reach the packages that a folder's lock file names. */
export async function audit(folder: string): Promise<Audit> {
  const all = await ask(folder, []);
  const failure = failureOf(all);
  if (failure !== undefined) return failure;
  const production = await ask(folder, ['--omit=dev']);
  const second = failureOf(production);
  if (second !== undefined) return second;
  const exposed = Object.values(production.vulnerabilities ?? {});
  const names = exposed.map(({ name }) => name);
  const others = Object.values(all.vulnerabilities ?? {}).filter(({ name }) => !names.includes(name));
  const found = [
    ...exposed.map(each => toVulnerability(each, 'production')),
    ...others.map(each => toVulnerability(each, 'development')),
  ].filter(({ severity, reaches }) => rank(severity) >= rank(COUNTS_FROM[reaches]));
  if (found.length > 0) return { outcome: 'vulnerable', found };
  return { outcome: 'clean', packages: all.metadata?.dependencies.total ?? 0 };
}

const rank = (severity: Severity): number => SEVERITIES.indexOf(severity);

const toVulnerability = (
  { name, severity, range, via }: Reported,
  reaches: Vulnerability['reaches'],
): Vulnerability => ({
  name,
  severity,
  range,
  reaches,
  via: via.map(each => (typeof each === 'string' ? each : `${each.title} ${each.url}`)),
});

function failureOf({ vulnerabilities, statusCode, message, error }: Report): Audit | undefined {
  if (vulnerabilities !== undefined) return undefined;
  const reason = message ?? error?.summary ?? 'npm gave no reason';
  return { outcome: statusCode && NO_ENDPOINT.includes(statusCode) ? 'not audited' : 'failed', reason };
}

/** npm's exit code says that something was found, or that nothing could be; its report says which. */
function ask(folder: string, options: readonly string[]): Promise<Report> {
  return new Promise(resolve => {
    const args = ['audit', '--json', '--audit=true', ...options];
    execFile('npm', args, { cwd: folder, maxBuffer: 64 * 1024 * 1024 }, (failed, stdout) => {
      try {
        resolve(JSON.parse(stdout) as Report);
      } catch {
        resolve({ message: failed?.message ?? 'npm said nothing' });
      }
    });
  });
}
