const refuses = (): never => {
  throw new Error('It refuses to be read.');
};

/** Values that throw when they are read, by what is wrong with them: what users' code may throw, return and log. */
export const HOSTILE: Readonly<Record<string, () => unknown>> = {
  'an object without a prototype': () => Object.create(null),
  'an object whose toString throws': () => ({ toString: refuses }),
  'an object whose message throws': () => ({
    get message() {
      return refuses();
    },
  }),
  'an error whose message is no text': () => Object.assign(new Error('no'), { message: Symbol('no') }),
  'an error whose name throws': () => Object.defineProperty(new Error('no'), 'name', { get: refuses }),
  'an error whose stack throws': () => Object.defineProperty(new Error('no'), 'stack', { get: refuses }),
  'an error whose constructor is gone': () => Object.assign(new Error('no'), { constructor: undefined }),
  'an error with a field that throws': () =>
    Object.defineProperty(new Error('no'), 'code', { get: refuses, enumerable: true }),
  'an error that is its own cause': () => {
    const error = new Error('no');
    error.cause = error;
    return error;
  },
  'a Proxy that throws on everything': () =>
    new Proxy(
      {},
      Object.fromEntries(
        Object.getOwnPropertyNames(Reflect).map(trap => [trap, refuses]),
      ) as ProxyHandler<object>,
    ),
  'a Proxy that is revoked': () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  },
  'a toJSON that throws': () => ({ toJSON: refuses }),
  'an object that holds itself': () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    return circle;
  },
  'a bigint': () => ({ n: 1n }),
  'a symbol': () => Symbol('no'),
  'a function': () => refuses,
  nothing: () => undefined,
};
