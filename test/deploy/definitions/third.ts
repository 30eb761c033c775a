import * as changing from './changing.ts';

export * from './lasting.ts';
export const held = changing.held(60);
export const stream = changing.stream(30);
export const newcomer = changing.newcomer();
export const retired = changing.retired();
export const overdue = changing.overdue();
export const mover = changing.mover();
