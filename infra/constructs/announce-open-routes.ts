import { Annotations } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { HttpAccess } from '../options/http-access.ts';

/** Makes `cdk synth` name the routes that anyone on the internet may call. */
export function announceOpenRoutes(
  api: Construct,
  { add, operate }: { readonly add: HttpAccess; readonly operate: HttpAccess | false },
): void {
  if (add.kind === 'open') {
    Annotations.of(api).addInfoV2(
      'cistern:open-add',
      'http.add is open: anyone on the internet may add items, and each item costs money. http.rateLimit bounds the requests.',
    );
  }
  if (operate && operate.kind === 'open') {
    Annotations.of(api).addWarningV2(
      'cistern:open-operate',
      'http.operate is open: anyone on the internet may read items, and flush, pause, redrive and purge. Let another guard stand in front of the API, or set http.operate to false or another HttpAccess.',
    );
  }
}
