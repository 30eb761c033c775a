/** An answer that says no: a problem object (RFC 9457), or what else came. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';

  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
  ) {
    super(detail);
  }

  /** Whether the same request may well work a little later: no answer came, or it came from a server in between. */
  get isOutage(): boolean {
    return this.status === 0 || this.status >= 500;
  }

  get isTokenRefused(): boolean {
    return this.code === 'dashboard.token_refused';
  }
}
