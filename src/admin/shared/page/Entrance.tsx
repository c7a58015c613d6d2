import type { ReactNode } from "react";
import { useTexts } from "../../texts/texts.ts";
import { Marks } from "./Marks.tsx";
import classes from "./Entrance.module.css";

/** A page for those who are not signed in yet: one box, below the product's name. */
export function Entrance({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const { shell } = useTexts();
  return (
    <main className={classes["page"]}>
      <div className={classes["box"]}>
        <div className={classes["brand"]}>
          <img src="/admin/icon.svg" alt="" width={32} height={32} />
          <span>{shell.productName}</span>
          <Marks />
        </div>
        <h1>{title}</h1>
        <div className={classes["content"]}>{children}</div>
      </div>
    </main>
  );
}
