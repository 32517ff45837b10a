"""What can be made."""

from fastapi import APIRouter

from repscope.backend.dependencies import ServicesOf
from repscope.backend.models import CatalogueDocument

router = APIRouter(tags=["recipes"])


@router.get("/catalogue")
def get_catalogue(services: ServicesOf) -> CatalogueDocument:
    """List all methods: what each makes, from which inputs, with which parameters."""
    return CatalogueDocument(methods=list(services.catalogue()))
