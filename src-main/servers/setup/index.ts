/**
 * The checklist that makes a server ready, and what a server is. Works through the interfaces of ssh, docker and edge; it may not know
 * of apps, nor of where profiles are kept.
 */
export { isSetUp, readFacts } from './facts.ts';
export { runSetup, setupStages, startSetup } from './run-setup.ts';
