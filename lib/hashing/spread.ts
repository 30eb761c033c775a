/** Spreads texts evenly over 0 … n−1; the same text always gets the same number (FNV-1a over UTF-16 units). */
export function spread(text: string, n: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  // the low bits of a short text's hash vary little, so mix the high ones in
  return ((hash ^ (hash >>> 15)) >>> 0) % n;
}
