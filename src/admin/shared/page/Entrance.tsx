import type { ReactNode } from "react";
import { useTexts } from "../../texts/texts.ts";
import { useBrand } from "../brand.ts";
import { BrandFoot } from "./BrandFoot.tsx";
import { Marks } from "./Marks.tsx";
import classes from "./Entrance.module.css";

/** A page for those who are not signed in yet: one box, below the product's name. */
export function Entrance({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const { shell } = useTexts();
  const brand = useBrand();
  return (
    <main className={classes["page"]}>
      <div className={classes["box"]}>
        <div className={classes["brand"]}>
          <img src={brand.logo} alt="" height={32} />
          <bdi>{shell.productName}</bdi>
          <Marks />
        </div>
        <h1>{title}</h1>
        <div className={classes["content"]}>{children}</div>
        <BrandFoot />
      </div>
    </main>
  );
}
