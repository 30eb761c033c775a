import * as changing from './changing.ts';

export * from './lasting.ts';
export const held = changing.held(25);
export const stream = changing.stream(8);
export const newcomer = changing.newcomer();
export const mover = changing.mover('small');
