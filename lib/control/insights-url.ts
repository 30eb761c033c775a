/** A query of CloudWatch Logs Insights. */
export interface InsightsQuery {
  readonly logGroup: string;
  readonly query: string;
  readonly from: Date;
  readonly to: Date;
}

/**
 * Makes the address that opens a query in the console of CloudWatch Logs Insights. AWS documents no such address. This is
 * the form that the console itself puts into the browser's address bar.
 */
export function insightsUrl(region: string, { logGroup, query, from, to }: InsightsQuery): string {
  const detail = [
    ['end', to.toISOString()],
    ['start', from.toISOString()],
    ['timeType', 'ABSOLUTE'],
    ['tz', 'UTC'],
    ['editorString', query],
  ].map(([name, value = '']) => `${name}~'${encoded(value)}`);
  return `https://${consoleOf(region)}/cloudwatch/home?region=${region}#logsV2:logs-insights$3FqueryDetail$3D~(${detail.join('~')}~source~(~'${encoded(logGroup)}))`;
}

/** Each partition of AWS has a console of its own. */
function consoleOf(region: string): string {
  if (region.startsWith('cn-')) return `${region}.console.amazonaws.cn`;
  if (region.startsWith('us-gov-')) return 'console.amazonaws-us-gov.com';
  return `${region}.console.aws.amazon.com`;
}

/** Writes each byte that could end a value as `*2f`. */
const encoded = (text: string): string =>
  [...new TextEncoder().encode(text)]
    .map(byte => {
      const character = String.fromCharCode(byte);
      return /[\w.-]/.test(character) ? character : `*${byte.toString(16).padStart(2, '0')}`;
    })
    .join('');
