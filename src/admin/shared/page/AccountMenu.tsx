import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { IconLogout, IconUserCircle } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import type { Session } from "../../api/session.ts";
import { Dialog } from "../dialog/Dialog.tsx";
import { useTexts } from "../../texts/texts.ts";
import { BrandFoot } from "./BrandFoot.tsx";
import { signOut } from "./signOut.ts";
import classes from "./AccountMenu.module.css";

/** Wanted by few, and seldom. */
const Choices = lazy(async () => ({ default: (await import("./Choices.tsx")).Choices }));

/** Who is signed in, how the panel looks to them, and the way out. */
export function AccountMenu({ user }: { readonly user: Session["user"] }) {
  const { shell } = useTexts();
  const [isOpen, setOpen] = useState(false);
  const name = `${user.firstName} ${user.lastName}`;

  return (
    <>
      <Button
        variant="subtle"
        color="gray"
        leftSection={<IconUserCircle size={20} aria-hidden="true" />}
        aria-label={shell.accountMenu(name)}
        aria-haspopup="dialog"
        className={classes["button"]}
        onClick={() => setOpen(true)}
      >
        <bdi className={classes["name"]}>{name}</bdi>
      </Button>
      {isOpen ? (
        <Dialog title={name} place="corner" onClose={() => setOpen(false)}>
          <div className={classes["who"]}>
            <bdi>{user.email}</bdi>
            <span className="second">{shell.roles[user.role]}</span>
          </div>
          <p className={classes["own"]}>
            <Link to="/account" onClick={() => setOpen(false)}>
              {shell.pages.account}
            </Link>
          </p>
          <Suspense>
            <Choices />
          </Suspense>
          <Button
            variant="default"
            fullWidth
            leftSection={<IconLogout size={16} aria-hidden="true" />}
            onClick={() => void signOut()}
          >
            {shell.signOut}
          </Button>
          <BrandFoot />
        </Dialog>
      ) : null}
    </>
  );
}
