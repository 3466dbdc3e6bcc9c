import { Tabs as BaseTabs } from '@base-ui/react/tabs';
import type { ReactNode } from 'react';

interface TabsProps {
  label: string;
  tabs: readonly { name: string; content: ReactNode }[];
}

export function Tabs({ label, tabs }: TabsProps) {
  return (
    <BaseTabs.Root defaultValue={tabs[0]?.name}>
      <BaseTabs.List aria-label={label} className="flex gap-3.5 border-b">
        {tabs.map(({ name }) => (
          <BaseTabs.Tab
            key={name}
            value={name}
            className="-mb-px h-8 border-b-2 border-transparent text-mute hover:text-ink data-active:border-b-ember data-active:text-ink coarse:h-10"
          >
            {name}
          </BaseTabs.Tab>
        ))}
      </BaseTabs.List>
      {tabs.map(({ name, content }) => (
        <BaseTabs.Panel key={name} value={name} className="pt-2.5">
          {content}
        </BaseTabs.Panel>
      ))}
    </BaseTabs.Root>
  );
}
