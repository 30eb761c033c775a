import { render } from 'preact';
import { takeToken } from './api/token.ts';
import { App } from './app.tsx';
import { applyTheme } from './live/theme.ts';

takeToken();
applyTheme();
const root = document.getElementById('app');
if (root !== null) render(<App />, root);
