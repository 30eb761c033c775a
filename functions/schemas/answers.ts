/*
 * What requests are answered with. Nothing is validated by these at run time: the OpenAPI document is made of them,
 * and the compiler holds each to the type of what is answered.
 */
export * from './batch-answers.ts';
export * from './job-answers.ts';
