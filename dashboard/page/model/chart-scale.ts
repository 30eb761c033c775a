/** The next round number: 1, 2 or 5 times a power of ten, and never under 4, so that few things look few. */
export function roundCeiling(value: number): number {
  if (value <= 4) return 4;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 5, 10].find(each => each * power >= value) ?? 10;
  return step * power;
}
