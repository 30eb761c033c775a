import type { AwsRequests } from '../connect/aws-requests.ts';
import { messageOf } from '../errors/error-facts.ts';
import type { ChartsAnswer } from '../start/dashboard-page.ts';
import { CLOUDWATCH_SPANS, type CloudWatchSpan } from './metric-queries.ts';
import { readMetrics } from './read-metrics.ts';

type Fetch = (request: Request) => Promise<Response>;

/** The page asks once a minute. CloudWatch's steps are 15 minutes and longer, and each question to it costs. */
const KEPT_MS = 60_000;
/** Answers that are kept. */
const MOST = 50;

const METRICS_PATH = /^\/v1\/batches\/([^/]+)\/metrics$/;

/** What CloudWatch has of a batch, or why it has nothing. */
type Figures = ChartsAnswer | string;

/**
 * Puts CloudWatch before a deployment's API: it answers a batch's metrics of a day and a week, which the API works out
 * from at most 1,000 jobs of each status. What CloudWatch has not, or refuses, the API answers, and the answer says why.
 */
export function withCloudWatch(api: Fetch, aws: Pick<AwsRequests, 'form'>, now: () => number): Fetch {
  const kept = new Map<string, { readonly until: number; readonly figures: Promise<Figures> }>();
  let deployment: Promise<string> | undefined;

  const figuresOf = async (batch: string, span: CloudWatchSpan, origin: string): Promise<Figures> => {
    try {
      deployment ??= nameOf(api, origin);
      const question = { deployment: await deployment, batch, span, now: now() };
      return (await readMetrics(aws, question)) ?? 'CloudWatch has no metrics of this batch in this time.';
    } catch (error) {
      deployment = undefined;
      return `${messageOf(error)} Charts from CloudWatch take the right to cloudwatch:GetMetricData.`;
    }
  };

  const remembered = (batch: string, span: CloudWatchSpan, origin: string): Promise<Figures> => {
    const key = `${span} ${batch}`;
    const known = kept.get(key);
    if (known && known.until > now()) return known.figures;
    const figures = figuresOf(batch, span, origin);
    kept.delete(key);
    kept.set(key, { until: now() + KEPT_MS, figures });
    for (const oldest of [...kept.keys()].slice(0, -MOST)) kept.delete(oldest);
    return figures;
  };

  return async request => {
    const { pathname, searchParams, origin } = new URL(request.url);
    const [, batch] = METRICS_PATH.exec(pathname) ?? [];
    const span = searchParams.get('span');
    if (request.method !== 'GET' || batch === undefined || !isSpan(span)) return api(request);
    const figures = searchParams.has('group')
      ? 'CloudWatch has no metrics of single groups.'
      : await remembered(decodeURIComponent(batch), span, origin);
    return typeof figures === 'string' ? withReason(await api(request), figures) : Response.json(figures);
  };
}

const isSpan = (span: string | null): span is CloudWatchSpan => span !== null && span in CLOUDWATCH_SPANS;

/** Asks the API for the deployment's name, which is a dimension of its metrics. */
async function nameOf(api: Fetch, origin: string): Promise<string> {
  const answer = await api(new Request(`${origin}/health`));
  const { deployment } = (await answer.json()) as { readonly deployment?: string };
  if (deployment === undefined) throw new Error('The API does not say which deployment it is of.');
  return deployment;
}

/** Puts the reason into an answer of the API. A problem is left as it is. */
async function withReason(answer: Response, notFromCloudWatch: string): Promise<Response> {
  if (!answer.ok) return answer;
  const { headers } = answer;
  const date = headers.get('date');
  return Response.json(
    { ...((await answer.json()) as object), notFromCloudWatch },
    date === null ? {} : { headers: { date } },
  );
}
