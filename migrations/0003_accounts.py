"""People, roles, invitations, sign-in requests, browser sessions, and the second step."""

from typing import Any

import peewee

from portal.db import ShortText, UTCField


def models(db: peewee.Database) -> list[type[peewee.Model]]:
    """The tables as they were made here, whatever becomes of the models."""

    class Region(peewee.Model):
        code = ShortText(6, primary_key=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "region"

    class Account(peewee.Model):
        id = peewee.AutoField()
        public_id = ShortText(40, unique=True)
        email = ShortText(254)
        email_key = ShortText(320, unique=True)
        first_name = ShortText(100)
        last_name = ShortText(100)
        phone = ShortText(20)
        language = ShortText(5)
        created_at = UTCField()
        blocked_at = UTCField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "account"
            strict_tables = isinstance(db, peewee.SqliteDatabase)

    class Grant(peewee.Model):
        id = peewee.AutoField()
        account = peewee.ForeignKeyField(Account, backref="+", on_delete="CASCADE")
        role = peewee.TextField(constraints=[peewee.Check("role IN ('participant', 'coach', 'region_staff', 'region_admin', 'national', 'privacy_officer', 'operator', 'halfway')")])
        region = peewee.ForeignKeyField(Region, null=True, backref="+")

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "grant"
            strict_tables = isinstance(db, peewee.SqliteDatabase)
            indexes = ((('account', 'role', 'region'), True),)

    class Invitation(peewee.Model):
        id = peewee.AutoField()
        public_id = ShortText(40, unique=True)
        email = ShortText(254)
        email_key = ShortText(320, index=True)
        role = peewee.TextField(constraints=[peewee.Check("role IN ('participant', 'coach', 'region_staff', 'region_admin', 'national', 'privacy_officer', 'operator', 'halfway')")])
        language = ShortText(5)
        token_hash = ShortText(64, unique=True)
        invited_by = peewee.ForeignKeyField(Account, null=True, backref="+", on_delete="SET NULL")
        created_at = UTCField()
        expires_at = UTCField()
        accepted_at = UTCField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "invitation"
            strict_tables = isinstance(db, peewee.SqliteDatabase)

    class InvitedRegion(peewee.Model):
        id = peewee.AutoField()
        invitation = peewee.ForeignKeyField(Invitation, backref="+", on_delete="CASCADE")
        region = peewee.ForeignKeyField(Region, backref="+")

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "invited_region"
            strict_tables = isinstance(db, peewee.SqliteDatabase)
            indexes = ((('invitation', 'region'), True),)

    class SignInRequest(peewee.Model):
        id = peewee.AutoField()
        public_id = ShortText(40, unique=True)
        account = peewee.ForeignKeyField(Account, null=True, backref="+", on_delete="CASCADE")
        address_hash = ShortText(64, index=True)
        browser_hash = ShortText(64, index=True, null=True)
        token_hash = ShortText(64, unique=True)
        code_hash = ShortText(64)
        created_at = UTCField()
        expires_at = UTCField()
        tries = peewee.IntegerField()
        ended_at = UTCField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "sign_in_request"
            strict_tables = isinstance(db, peewee.SqliteDatabase)

    class BrowserSession(peewee.Model):
        id = peewee.AutoField()
        public_id = ShortText(40, unique=True)
        token_hash = ShortText(64, unique=True)
        account = peewee.ForeignKeyField(Account, backref="+", on_delete="CASCADE")
        created_at = UTCField()
        last_seen_at = UTCField()
        second_factor_at = UTCField(null=True)
        browser = ShortText(200)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "browser_session"
            strict_tables = isinstance(db, peewee.SqliteDatabase)

    class Authenticator(peewee.Model):
        id = peewee.AutoField()
        public_id = ShortText(40, unique=True)
        account = peewee.ForeignKeyField(Account, unique=True, backref="+", on_delete="CASCADE")
        secret_sealed = peewee.BlobField()
        confirmed_at = UTCField(null=True)
        last_step = peewee.IntegerField()
        wrong_tries = peewee.IntegerField()
        locked_until = UTCField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "authenticator"
            strict_tables = isinstance(db, peewee.SqliteDatabase)

    class RecoveryCode(peewee.Model):
        id = peewee.AutoField()
        account = peewee.ForeignKeyField(Account, backref="+", on_delete="CASCADE")
        code_hash = ShortText(64, unique=True)
        used_at = UTCField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "recovery_code"
            strict_tables = isinstance(db, peewee.SqliteDatabase)

    return [Account, Grant, Invitation, InvitedRegion, SignInRequest, BrowserSession, Authenticator, RecoveryCode]


def up(migrator: Any, db: peewee.Database) -> None:
    db.create_tables(models(db))


def down(migrator: Any, db: peewee.Database) -> None:
    db.drop_tables(models(db))
