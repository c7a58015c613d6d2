import { useDisclosure } from "@mantine/hooks";
import { IconMenu2 } from "@tabler/icons-react";
import { Outlet, useRouterState } from "@tanstack/react-router";
import { useEffect } from "react";
import { boot } from "../../api/session.ts";
import { useTexts } from "../../texts/texts.ts";
import { Dialog } from "../dialog/Dialog.tsx";
import { useBrand } from "../brand.ts";
import { ShellKeys } from "../help/ShellKeys.tsx";
import { AccountMenu } from "./AccountMenu.tsx";
import { Interruptions } from "./Interruptions.tsx";
import { Marks } from "./Marks.tsx";
import { NavigationList } from "./NavigationList.tsx";
import { PrintFoot } from "./PrintFoot.tsx";
import { Toasts } from "./Toasts.tsx";
import classes from "./Shell.module.css";

/** What stands around every page: the way to the others, the installation's marks, and who is signed in. */
export function Shell() {
  const { shell } = useTexts();
  const brand = useBrand();
  const [isOpen, drawer] = useDisclosure(false);
  const path = useRouterState({ select: ({ location }) => location.pathname });
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
          <img src={brand.logo} alt="" height={22} />
          <bdi>{shell.productName}</bdi>
        </a>
        <Marks />
        <div className={classes["end"]}>
          <ShellKeys />
          <AccountMenu user={boot.session.user} />
        </div>
      </header>
      <div className={classes["columns"]}>
        <nav className={classes["rail"]} aria-label={shell.navigation}>
          <NavigationList />
        </nav>
        <main id="content" className={classes["main"]} tabIndex={-1}>
          <Outlet />
          <PrintFoot />
        </main>
      </div>
      <Dialog title={shell.menu} isOpen={isOpen} onClose={drawer.close} place="side">
        <nav aria-label={shell.navigation}>
          <NavigationList />
        </nav>
      </Dialog>
      <Toasts />
      <Interruptions email={boot.session.user.email} />
    </div>
  );
}
