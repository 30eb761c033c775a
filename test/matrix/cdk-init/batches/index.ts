export { orders } from './orders';
