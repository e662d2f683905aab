export { bareTimer } from './bare-timer-workflow';
export { bareSession } from './bare-workflow';
export { eagerSession } from './eager-workflow';
