"""The prototype's stack, as a peer: place and check on FastAPI, SQLAlchemy and SQLite.

Written the way its tutorial does: one session and one commit per request,
SQLite's own defaults (rollback journal, synchronous=FULL).
"""
import os

from fastapi import Depends, FastAPI, HTTPException
from pydantic import BaseModel
from sqlalchemy import Column, Integer, String, create_engine
from sqlalchemy.orm import Session, declarative_base, sessionmaker

engine = create_engine(
    "sqlite:///" + os.environ["PROTOTYPE_DATABASE"],
    connect_args={"check_same_thread": False},
)
SessionLocal = sessionmaker(autocommit=False, autoflush=False, bind=engine)
Base = declarative_base()


class Order(Base):
    __tablename__ = "orders"
    id = Column(Integer, primary_key=True, index=True)
    name = Column(String)
    email = Column(String)
    description = Column(String)
    note = Column(String)
    status = Column(String, default="placed")


class PlaceOrder(BaseModel):
    name: str
    email: str
    description: str
    note: str


Base.metadata.create_all(bind=engine)
app = FastAPI()


def session():
    db = SessionLocal()
    try:
        yield db
    finally:
        db.close()


@app.post("/orders")
def place(order: PlaceOrder, db: Session = Depends(session)):
    row = Order(**order.dict())
    db.add(row)
    db.commit()
    db.refresh(row)
    return {"id": row.id, "message": "Commande reçue, en attente de validation"}


@app.get("/orders/{order_id}")
def check(order_id: int, db: Session = Depends(session)):
    row = db.query(Order).filter(Order.id == order_id).first()
    if row is None:
        raise HTTPException(status_code=404)
    return {"id": row.id, "state": row.status}
