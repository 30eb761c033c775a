import { test } from '@jest/globals';
import fc from 'fast-check';
import { v5 } from 'uuid';
import { DNS_NAMESPACE, uuidV5 } from '#lib/hashing/uuid-v5';
import { anyText } from '../support/any-text.ts';

test('a UUID of version 5 is the one that the package uuid makes, for every name and namespace', () => {
  fc.assert(
    fc.property(
      anyText(),
      fc.oneof(fc.uuid({ version: [1, 2, 3, 4, 5, 6, 7, 8] }), fc.constant(DNS_NAMESPACE)),
      (name, namespace) => uuidV5(name, namespace) === v5(name, namespace),
    ),
    { numRuns: 1_000 },
  );
});
