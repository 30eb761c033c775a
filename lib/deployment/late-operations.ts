let loading: Promise<typeof import('../batch-operations.ts')> | undefined;

/** What can be asked of a batch, loaded with the first question: a function that only adds never needs it. */
export function lateOperations(): Promise<typeof import('../batch-operations.ts')> {
  loading ??= import('../batch-operations.ts');
  return loading;
}
