export { mnist, type MnistExamples, mnistSplit, shuffledMnist } from './mnist.js';
export { names } from './names.js';
export { nist, type NistData } from './nist.js';
export { breastCancer, diabetes, digits, iris, type Table, wine } from './tables.js';
