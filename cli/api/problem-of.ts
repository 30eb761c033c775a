import { STATUS_CODES } from 'node:http';
import type { Problem } from '../errors/errors.ts';

/** The problem that an answer's body is, or, where something on the way answered instead, what can be said of it. */
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
