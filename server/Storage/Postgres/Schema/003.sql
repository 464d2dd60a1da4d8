-- compatible since 2

-- Whether it is half a copy: server copy fills it, or was broken off.
ALTER TABLE head ADD COLUMN half_copied boolean NOT NULL DEFAULT false;
