/** Why the dashboard's server refuses a request, as a problem by RFC 9457. */
export interface Refusal {
  readonly status: 400 | 403 | 404 | 405 | 413 | 502;
  readonly code: `dashboard.${string}`;
  readonly detail: string;
}

const TITLES: Readonly<Record<Refusal['status'], string>> = {
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  413: 'Content Too Large',
  502: 'Bad Gateway',
};

export const refuse = ({ status, code, detail }: Refusal): Response =>
  Response.json(
    { type: 'about:blank', title: TITLES[status], status, code, detail },
    { status, headers: { 'content-type': 'application/problem+json' } },
  );
