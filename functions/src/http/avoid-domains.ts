import domain from 'node:domain';
import { EventEmitter } from 'node:events';

/**
 * Has the Functions Framework run requests in no domain. The framework makes one a request, and Node's first domain
 * switches on asynchronous hooks for every promise of the process: a third of a request's processor time here
 * (ADR 9). What the domain is for, an exception that nobody catches, then reaches the framework's handler of
 * `uncaughtException`, which answers 500 and ends the instance.
 * https://nodejs.org/api/domain.html
 */
export function avoidDomains(): void {
  domain.create = () =>
    Object.assign(new EventEmitter(), { run: (work: () => unknown) => work() }) as domain.Domain;
}
