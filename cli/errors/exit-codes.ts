/** The exit codes of the process. `docs/cli.md` lists them for users. */
export const EXIT = {
  ok: 0,
  /** The command has failed, or a part of it: the API failed, a job is dead, lines may be missing. */
  failed: 1,
  /** The command line is wrong, or a confirmation is missing. */
  usage: 2,
  /** No deployment was reached: no answer, no such stack, no credentials. */
  unreachable: 3,
  /** The API has refused the request (4xx): an unknown batch or job, no rights, items that the definition refuses. */
  refused: 4,
  /** The time was over before the end. */
  timedOut: 5,
  /** Ctrl-C. As in shells, it is 128 plus the signal's number. */
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
