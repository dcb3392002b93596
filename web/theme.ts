import { createTheme, type MantineColorsTuple } from '@mantine/core';

// One accent for what can be clicked. Green, amber and red mean delivered, waiting and failed, and nothing else.
const accent: MantineColorsTuple = [
  '#eef3ff',
  '#dbe5fc',
  '#b4c8f6',
  '#8aa9f0',
  '#678eea',
  '#517de7',
  '#4574e6',
  '#3562cd',
  '#2b57b8',
  '#1b4aa3',
];

// Greys of the dark scheme, in the tint of --panel and --line: fields, menus and panels are of one family.
const dark: MantineColorsTuple = [
  '#d3d8e0',
  '#bcc3cd',
  '#a3abb8',
  '#7f8794',
  '#3d434c',
  '#2e333a',
  '#25292f',
  '#1d2025',
  '#131519',
  '#0e1013',
];

/** The look: calm and dense, system font, monospace for bytes. */
export const theme = createTheme({
  primaryColor: 'accent',
  primaryShade: { light: 8, dark: 7 },
  colors: { accent, dark },
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  defaultRadius: 'md',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.25rem' },
  headings: {
    fontWeight: '600',
    sizes: { h1: { fontSize: '1.25rem' }, h2: { fontSize: '1rem' }, h3: { fontSize: '0.875rem' } },
  },
  autoContrast: true,
  components: {
    Button: { defaultProps: { size: 'sm' } },
    TextInput: { defaultProps: { size: 'sm' } },
    Textarea: { defaultProps: { size: 'sm' } },
    Select: { defaultProps: { size: 'sm', comboboxProps: { shadow: 'md' } } },
    Table: { styles: { th: { fontWeight: 400, color: 'var(--quiet)', fontSize: 'var(--mantine-font-size-xs)' } } },
    Modal: { defaultProps: { centered: true } },
    Tooltip: { defaultProps: { openDelay: 300, withArrow: true } },
  },
});
