import * as changing from './changing.ts';

export * from './lasting.ts';
export const held = changing.held(40);
export const stream = changing.stream(20);
export const retired = changing.retired();
export const overdue = changing.overdue();
export const mover = changing.mover();
