export { discover, type DiscoverOptions, type Discovery, type Found, shortName } from './discover.js';
