"""What every table of the contract is made with: the metadata, and the kinds of column."""

from sqlalchemy import Column, Float, MetaData, Text

metadata = MetaData()


def required(name, type_, comment, **options):
    return Column(name, type_, nullable=False, comment=comment, **options)


def optional(name, type_, comment):
    return Column(name, type_, nullable=True, comment=comment)


def identifier(name, comment):
    return Column(name, Text, primary_key=True, nullable=False, comment=comment)


def place():
    """Where a record belongs; shared by both fact tables."""
    return (
        required("district", Text, "district, canonical name"),
        optional("street", Text, "street or town, canonical name"),
        optional("community", Text, "community or village"),
        optional("lon", Float, "longitude, WGS-84 degrees"),
        optional("lat", Float, "latitude, WGS-84 degrees"),
        optional("cell", Text, "H3 cell of resolution 8, computed at intake"),
    )
