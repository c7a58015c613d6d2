import { useDisclosure } from "@mantine/hooks";
import { IconMenu2 } from "@tabler/icons-react";
import { Outlet, useRouterState } from "@tanstack/react-router";
import { lazy, Suspense, useEffect } from "react";
import { boot } from "../../api/session.ts";
import { useSessionEnd } from "./useSessionEnd.ts";
import { useTexts } from "../../texts/texts.ts";
import { Dialog } from "../dialog/Dialog.tsx";
import { AccountMenu } from "./AccountMenu.tsx";
import { Marks } from "./Marks.tsx";
import { NavigationList } from "./NavigationList.tsx";
import { Toasts } from "./Toasts.tsx";
import classes from "./Shell.module.css";

/** Wanted by few, and never at once. */
const SessionEndedDialog = lazy(async () => ({
  default: (await import("./SessionEndedDialog.tsx")).SessionEndedDialog,
}));

/** What stands around every page: the way to the others, the installation's marks, and who is signed in. */
export function Shell() {
  const { shell } = useTexts();
  const [isOpen, drawer] = useDisclosure(false);
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const ended = useSessionEnd();
  const { close } = drawer;
  useEffect(() => close(), [path, close]);
  if (boot.session === null) return null;
  return (
    <div className={classes["shell"]}>
      <a className={classes["skip"]} href="#content">
        {shell.skip}
      </a>
      <header className={classes["header"]}>
        <button type="button" className={classes["burger"]} aria-label={shell.menu} onClick={drawer.open}>
          <IconMenu2 aria-hidden="true" />
        </button>
        <a href="/admin/" className={classes["brand"]} aria-label={shell.productName}>
          <img src="/admin/icon.svg" alt="" width={22} height={22} />
          <span>{shell.productName}</span>
        </a>
        <Marks />
        <div className={classes["end"]}>
          <AccountMenu user={boot.session.user} />
        </div>
      </header>
      <div className={classes["columns"]}>
        <nav className={classes["rail"]} aria-label={shell.navigation}>
          <NavigationList />
        </nav>
        <main id="content" className={classes["main"]} tabIndex={-1}>
          <Outlet />
        </main>
      </div>
      <Dialog title={shell.menu} isOpen={isOpen} onClose={drawer.close} place="side">
        <nav aria-label={shell.navigation}>
          <NavigationList />
        </nav>
      </Dialog>
      <Toasts />
      {ended === null ? null : (
        <Suspense>
          <SessionEndedDialog email={boot.session.user.email} onDone={ended} />
        </Suspense>
      )}
    </div>
  );
}
