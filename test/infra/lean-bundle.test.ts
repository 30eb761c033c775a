import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import BoundedCache from '../../infra/lean-bundle/bounded-cache.ts';
import { defaultProvider } from '../../infra/lean-bundle/environment-credentials.ts';

describe('the cache in place of mnemonist’s', () => {
  test('forgets what was used longest ago', () => {
    const cache = new BoundedCache<string, number>(2);
    cache.set('a', 1);
    cache.set('b', 2);
    expect(cache.get('a')).toBe(1);
    cache.set('c', 3);
    expect([cache.has('a'), cache.has('b'), cache.has('c')]).toEqual([true, false, true]);
  });

  test('does not count a peek as use', () => {
    const cache = new BoundedCache<string, number>(1);
    cache.set('a', 1);
    expect(cache.peek('a')).toBe(1);
    cache.set('b', 2);
    expect(cache.peek('a')).toBeUndefined();
    cache.clear();
    expect(cache.has('b')).toBe(false);
  });
});

describe('the credentials in place of the SDK’s chain', () => {
  const before = { ...process.env };
  beforeEach(() => {
    process.env = { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret' };
  });
  afterEach(() => {
    process.env = before;
  });

  test('are those of the environment', async () => {
    process.env['AWS_SESSION_TOKEN'] = 'token';
    await expect(defaultProvider()()).resolves.toEqual({
      accessKeyId: 'key',
      secretAccessKey: 'secret',
      sessionToken: 'token',
    });
  });

  test('need no session', async () => {
    await expect(defaultProvider()()).resolves.toEqual({ accessKeyId: 'key', secretAccessKey: 'secret' });
  });

  test('have to be there', async () => {
    delete process.env['AWS_SECRET_ACCESS_KEY'];
    await expect(defaultProvider()()).rejects.toThrow('AWS_SECRET_ACCESS_KEY');
  });
});
