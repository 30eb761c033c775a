/**
 * Stands in for the hashes in JavaScript that the SDK falls back on where `node:crypto` has none: Lambda's Node.js
 * always has it, so that these are never looked at.
 */
export const Sha256Js = undefined;
export const Md5Js = undefined;
