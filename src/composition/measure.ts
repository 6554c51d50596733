import type { DependencyContainer } from 'tsyringe';
import { ClaimCommands } from '../application/command/claim-commands.js';
import { ExtendClaim } from '../application/command/extend-claim.js';
import { ReleaseCommand } from '../application/command/release-command.js';
import { ReportProgress } from '../application/command/report-progress.js';
import { ReportResult } from '../application/command/report-result.js';
import { ReconcileDispatch } from '../application/dispatch/reconcile-dispatch.js';
import type { PrometheusMetrics } from '../infrastructure/telemetry/prometheus-metrics.js';
import type { HttpServer } from '../interfaces/http/http-server.js';
import { around } from './around.js';
import { provide, use } from './provide.js';
import * as port from './tokens.js';

/** Puts the meters in: to be called before any verb is built. Most of what they show they hear from the record. */
export function measure(container: DependencyContainer, metrics: PrometheusMetrics): void {
  provide(container, port.CLAIM_METER, () => metrics.commands);
  metrics.showCensus(use(container, port.COMMAND_CENSUS));
  measureVerbs(container, metrics);
}

function measureVerbs(container: DependencyContainer, { commands: meter }: PrometheusMetrics): void {
  around(use(container, ClaimCommands), async (proceed, [input]) => {
    const begun = performance.now();
    const seconds = () => (performance.now() - begun) / 1_000;
    try {
      const claimed = await proceed();
      meter.called(input.waitMs > 0, claimed.length > 0 ? 'claimed' : 'empty', seconds());
      return claimed;
    } catch (error) {
      meter.called(input.waitMs > 0, 'refused', seconds());
      throw error;
    }
  });
  for (const verb of [ExtendClaim, ReportProgress, ReleaseCommand, ReportResult]) {
    around(use<{ execute(input: never): Promise<unknown> }>(container, verb), async (proceed) => {
      try {
        return await proceed();
      } catch (error) {
        meter.refused(error);
        throw error;
      }
    });
  }
  around(use(container, ReconcileDispatch), async (proceed) => {
    const report = await proceed();
    meter.reconciled(report);
    return report;
  });
}

/** The time of every request, by its route. */
export function measureRequests(app: HttpServer, metrics: PrometheusMetrics): void {
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown';
    metrics.observeRequest(request.method, route, reply.statusCode, reply.elapsedTime / 1_000);
    done();
  });
}
