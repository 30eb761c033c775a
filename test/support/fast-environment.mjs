import asyncHooks from 'node:async_hooks';
import vm from 'node:vm';

import { TestEnvironment } from 'jest-environment-node';

const { AsyncLocalStorage } = asyncHooks;

/** What Jest's runner keeps of the test or hook that runs: one at a time, since no test here is a concurrent one. */
class OneAtATime extends AsyncLocalStorage {
  #present;

  run(store, callback, ...args) {
    const before = this.#present;
    this.#present = store;
    const restore = () => {
      this.#present = before;
    };
    const result = callback(...args);
    if (typeof result?.then === 'function') result.then(restore, restore);
    else restore();
    return result;
  }

  getStore() {
    return this.#present;
  }
}

const { compileFunction } = vm;

/** What V8 has made of the modules of packages, by their files. */
const compiled = new Map();

/** Compiles a module of a package once in a process, and not once for each test file. The package stays as it is. */
vm.compileFunction = (code, parameters, options) => {
  const { filename = '' } = options;
  if (!filename.includes('/node_modules/')) return compileFunction(code, parameters, options);
  const cachedData = compiled.get(filename);
  const made = compileFunction(code, parameters, {
    ...options,
    ...(cachedData === undefined ? { produceCachedData: true } : { cachedData }),
  });
  if (made.cachedData !== undefined) compiled.set(filename, made.cachedData);
  return made;
};

/**
 * Jest's environment for Node, without two costs that took a quarter of the tests' processor time on Node 20:
 *
 * - Jest's global is an interceptor in front of a proxy, which every use of `Promise` or `Math` goes through.
 * - Jest's runner runs each test in an AsyncLocalStorage, to know whose an error is that nobody catches. Below Node 24,
 *   every promise then carries on what is stored, and an `await` takes five times as long.
 *
 * Both are details of Jest 30. Where they change, tests pass as they do here, and take longer.
 */
export default class FastEnvironment extends TestEnvironment {
  constructor(config, context) {
    const { createContext } = vm;
    vm.createContext = () => createContext(vm.constants.DONT_CONTEXTIFY);
    super(config, context);
    vm.createContext = createContext;
    asyncHooks.AsyncLocalStorage = OneAtATime;
  }

  handleTestEvent({ name }) {
    // the runner has been loaded, and the test file has not
    if (name === 'setup') asyncHooks.AsyncLocalStorage = AsyncLocalStorage;
  }
}
