import { CustomVariableBuilder, TextBoxVariableBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import type { DashboardFacts } from './panels.ts';

/** What a reader may choose on a dashboard. */
export const variablesOf = ({ chosen, byTrace }: Pick<DashboardFacts, 'chosen' | 'byTrace'>) => [
  ...(chosen
    ? [
        new CustomVariableBuilder(chosen.name)
          .label(chosen.name)
          .values(chosen.values.join(','))
          .current({ text: chosen.values[0] ?? '', value: chosen.values[0] ?? '' }),
      ]
    : []),
  ...(byTrace ? [new TextBoxVariableBuilder('trace').label('trace id').defaultValue('')] : []),
];
