import type { BrowserStack } from './browser-stack.ts';
import { startFakeStack } from './start-fake-stack.ts';

/** The stack that the browser tests run on: the one place that says which. */
export const startBrowserStack = (): Promise<BrowserStack> => startFakeStack();
