import type { DashboardFacts } from '../panels.ts';
import { analytics } from './analytics.ts';
import { cluster } from './cluster.ts';
import { eventsAndLag } from './events-and-lag.ts';
import { ordersAndMoney } from './orders-and-money.ts';
import { serviceDashboard } from './service.ts';

/** One for each audience. */
export const dashboards: readonly DashboardFacts[] = [
  ordersAndMoney,
  serviceDashboard,
  eventsAndLag,
  analytics,
  cluster,
];
