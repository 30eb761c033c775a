/** What the process ends with; `docs/cli.md` tells users. */
export const EXIT = {
  ok: 0,
  /** It was tried and did not work out, or not all of it: the API failed, a job is dead, lines may be missing. */
  failed: 1,
  /** The command line is wrong, or a confirmation is missing. */
  usage: 2,
  /** No deployment was reached: nobody listens, no such stack, no credentials. */
  unreachable: 3,
  /** The API refused it (4xx): an unknown batch or job, no rights, items that the definition refuses. */
  refused: 4,
  /** It did not come about in the time given. */
  timedOut: 5,
  /** Ctrl-C, as shells count it: 128 and the signal's number. */
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
