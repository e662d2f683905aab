import './ui/base.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { setNonce } from 'get-nonce';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createQueryClient } from './api/query-client';
import { createConsoleRouter } from './router';
import { reloadAfterUpgrade } from './shell/reload-after-upgrade';
import { followTheme } from './shell/theme';
import { ToastProvider } from './ui/toast';

// The page's policy lets in the styles that dialogs make for themselves by this.
const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content;
if (nonce) setNonce(nonce);
followTheme();
reloadAfterUpgrade();

const queryClient = createQueryClient();
const router = createConsoleRouter(queryClient);
// The page's code and what it shows are on their way while the frame is being made.
void router.load();

const root = document.getElementById('root');
if (!root) throw new Error('The page has no #root.');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <ToastProvider>
        <RouterProvider router={router} />
      </ToastProvider>
    </QueryClientProvider>
  </StrictMode>,
);
