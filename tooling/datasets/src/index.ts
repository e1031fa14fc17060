export { names } from './names.js';
export { breastCancer, diabetes, digits, iris, type Table, wine } from './tables.js';
