let loading: Promise<typeof import('./change-control.ts')> | undefined;

/** What changes a batch's control, loaded with the first change: an add only reads it. */
export function lateChangeControl(): Promise<typeof import('./change-control.ts')> {
  loading ??= import('./change-control.ts');
  return loading;
}
