import { STATUS_CODES } from 'node:http';
import type { Problem } from '../errors/errors.ts';

/** Reads the problem in an answer's body. If a proxy has answered instead of the API, it makes a problem of that answer. */
export function problemOf(status: number, body: string): Problem {
  const parsed = asRecord(body);
  if (parsed && typeof parsed['code'] === 'string' && typeof parsed['detail'] === 'string') {
    return parsed as Problem;
  }
  // API Gateway's own refusals: {"message":"Forbidden"}
  const message = parsed?.['message'] ?? parsed?.['Message'];
  const title = STATUS_CODES[status] ?? 'Unknown';
  return {
    type: 'about:blank',
    title,
    status,
    code: `http.${status}`,
    detail:
      typeof message === 'string'
        ? `The answer was ${status} ${title}: ${message}`
        : `The answer was ${status} ${title}, and not from Cistern.`,
  };
}

function asRecord(body: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
