import { expect, test } from '@jest/globals';
import { xRayUrl } from '../../functions/telemetry/x-ray-url.ts';

test.each([
  {
    queues: 'https://sqs.eu-west-1.amazonaws.com/123456789012/',
    url: 'https://xray.eu-west-1.amazonaws.com/v1/traces',
  },
  {
    queues: 'https://sqs.cn-north-1.amazonaws.com.cn/123456789012/',
    url: 'https://xray.cn-north-1.amazonaws.com.cn/v1/traces',
  },
])('X-Ray is where the queues are: $url', ({ queues, url }) => {
  expect(xRayUrl({ CISTERN_QUEUE_URL_BASE: queues })).toBe(url);
});
