import { Section } from '#components/ui/section.tsx';
import { setTheme, THEMES, useTheme } from '#lib/theme.ts';

const NAMES = { system: 'As the system', light: 'Light', dark: 'Dark' } as const;

export function Appearance() {
  const theme = useTheme();
  return (
    <Section title="Appearance" description="Kept in this browser.">
      <fieldset className="flex flex-wrap">
        <legend className="sr-only">Theme</legend>
        {THEMES.map((name) => (
          <label
            key={name}
            className="-ml-px flex h-8 cursor-pointer items-center border border-control px-3 first-of-type:ml-0 first-of-type:rounded-l-sm last-of-type:rounded-r-sm hover:bg-tint has-checked:bg-ink has-checked:text-panel has-focus-visible:z-1 has-focus-visible:outline-2 has-focus-visible:outline-offset-1 has-focus-visible:outline-focus coarse:h-10"
          >
            <input
              type="radio"
              name="theme"
              value={name}
              checked={theme === name}
              onChange={() => setTheme(name)}
              className="sr-only"
            />
            {NAMES[name]}
          </label>
        ))}
      </fieldset>
    </Section>
  );
}
