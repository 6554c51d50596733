import type { Logger } from 'pino';
import type { DependencyContainer } from 'tsyringe';
import {
  ObservedCommandLedger,
  ObservedCommandProposals,
  ObservedUnitOfWork,
} from '../infrastructure/telemetry/observed-record.js';
import type { RecordObserver } from '../infrastructure/telemetry/record-observer.js';
import { provide, use } from './provide.js';
import * as port from './tokens.js';

/** Lets them hear of what is committed: to be called before any verb is built. */
export function observe(
  container: DependencyContainer,
  observers: readonly RecordObserver[],
  log: Logger,
): void {
  const [ledger, proposals, work] = [
    use(container, port.COMMAND_LEDGER),
    use(container, port.COMMAND_PROPOSALS),
    use(container, port.UNIT_OF_WORK),
  ];
  const observer = together(observers, log);
  provide(container, port.COMMAND_LEDGER, () => new ObservedCommandLedger(ledger, observer));
  provide(container, port.COMMAND_PROPOSALS, () => new ObservedCommandProposals(proposals, observer));
  provide(container, port.UNIT_OF_WORK, () => new ObservedUnitOfWork(work, observer));
}

/** What is committed has to be answered, whatever goes wrong with telling of it. */
function together(observers: readonly RecordObserver[], log: Logger): RecordObserver {
  const tellAll = (tell: (observer: RecordObserver) => void): void => {
    for (const observer of observers) {
      try {
        tell(observer);
      } catch (error) {
        log.error({ err: error }, 'what was committed could not be told of');
      }
    }
  };
  return {
    recorded: (entries) => {
      tellAll((observer) => {
        observer.recorded(entries);
      });
    },
    written: (write) => {
      tellAll((observer) => {
        observer.written(write);
      });
    },
  };
}
